package dev.lacuna.runtime.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each refused file here ends the process when the tokenizers library gets it (0.21). */
class TokenizerRulesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // GPT-2, Llama 3, Qwen 2, GPT-4o, DeepSeek
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\s*[\\r\\n/]*|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+",
        "[一-龥ࠀ-一가-퟿]+",
        "\\s?\\p{L}+?",
        "(?=a)",
      })
  void shouldAllowThePatternsOfPublishedTokenizers(String pattern) {
    assertThatCode(() -> RegexRules.check(pattern, true)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|aa)+$",
        "^(.*?,){20,30}P",
        "a*a*b",
        "a+a+a+c",
        "(a*)*",
        "((a+))b+c",
        "\\s*(x|y+)z+w",
        "(?=a+)b",
        "(a)\\1",
        "(?<n>a)\\k<n>",
        "(?~a)",
        "(*FAIL)",
        "(?(1)a)",
        "a)",
        "(a",
        "[a",
        "a\\",
        "+",
        "a{1,99999}",
        "a{2}{3}",
        "a**",
        "\\X+",
      })
  void shouldRefuseThePatternWhenItsMatcherCouldGiveUp(String pattern) {
    assertThatThrownBy(() -> RegexRules.check(pattern, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("regular expression");
  }

  @Test
  void shouldRefuseTheReplacementWhenItsPatternMatchesNothing() {
    assertThatThrownBy(() -> RegexRules.check(" *", false)).hasMessageContaining("match nothing");
    assertThatCode(() -> RegexRules.check(" {2,}", false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "normalizer # {'type':'Prepend','prepend':''} # prepends nothing",
        "normalizer # {'type':'Replace','pattern':{'String':''},'content':'a'} # an empty pattern",
        "normalizer # {'type':'Replace','pattern':{'Regex':'a*'},'content':'a'} # match nothing",
        "normalizer # {'type':'Replace','pattern':{'String':'a'},'content':'"
            + "0123456789012345678901234567890123456789012345678901234567890123456789'} # longer",
        "normalizer # {'type':'Sequence','normalizers':[{'type':'Surprise'}]} # type 'Surprise'",
        "normalizer # {'type':'Precompiled','precompiled_charsmap':'/////w=='} # states a trie",
        "normalizer # {'type':'Precompiled','precompiled_charsmap':'?'} # no base64",
        "pre_tokenizer # {'type':'FixedLength','length':0} # a length of 0",
        "pre_tokenizer # {'type':'Sequence','pretokenizers':[{'type':'Split',"
            + "'pattern':{'Regex':'(a+)+$'}}]} # repeats a group",
        "decoder # {'type':'Strip','content':'a','start':0,'stop':1} # strips ends",
        "decoder # 7 # type ''",
        "model # {'type':'WordLevel','vocab':{'a':0},'unk_token':'b'} # has an unk_token that no",
        "model # {'type':'WordLevel','vocab':{'a':0}} # has no unk_token",
        "model # {'type':'Unigram','vocab':[['a',0]],'unk_id':1} # has no unk_id",
        "model # {'type':'BPE','vocab':{'a':0},'merges':['a b'],'continuing_subword_prefix':'@@'}"
            + " # lacks continuing_subword_prefix",
        "model # {'type':'BPE','vocab':{'a':99999999999}} # has an id",
        "added_tokens # [{'id':0,'content':''}] # has no content",
        "added_tokens # [{'id':-1,'content':'a'}] # has an id",
      })
  void shouldRefuseTheFileWhenTheLibraryWouldDieOfIt(String key, String json, String message)
      throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("model").put("type", "BPE").putObject("vocab").put("a", 0);
    root.set(key, JSON.readTree(json.replace('\'', '"')));
    assertThatThrownBy(() -> TokenizerRules.check(root))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseTheFileWhenATokenIsTooLongOrNestingTooDeep() {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("model").put("type", "BPE").putObject("vocab").put("x".repeat(2001), 0);
    assertThatThrownBy(() -> TokenizerRules.check(root)).hasMessageContaining("2001 characters");
    String deep = "{\"model\":{\"vocab\":{\"a\":0}},\"x\":" + "[".repeat(70) + "]".repeat(70) + "}";
    assertThatThrownBy(() -> TokenizerDefinition.parse(deep)).hasMessageContaining("depth");
  }

  @Test
  void shouldFollowTheWholeTrieWhenCheckingACharsMap() throws IOException {
    String good = charsMap(0);
    assertThatCode(() -> CharsMapRules.check(good)).doesNotThrowAnyException();
    for (int text : new int[] {3, 1 << 20}) {
      assertThatThrownBy(() -> CharsMapRules.check(charsMap(text)))
          .hasMessageContaining("points beyond its texts");
    }
    JsonNode unigram =
        JSON.readTree(TokenizerRulesTest.class.getResource("/tokenizers/unigram-tokenizer.json"));
    assertThatCode(() -> TokenizerRules.check(unigram)).doesNotThrowAnyException();
    assertThat(unigram.at("/normalizer/normalizers/0/type").textValue()).isEqualTo("Precompiled");
  }

  /** A map of the one character A to the text at a place; the texts are "a" and its end. */
  private static String charsMap(int text) {
    int[] trie = new int[768];
    trie[0] = 256 << 10;
    int node = 256 ^ 'A';
    trie[node] = (node ^ 512) << 10 | 1 << 8 | 'A';
    trie[512] = 1 << 31 | text;
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * 768 + 2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * 768);
    for (int unit : trie) {
      bytes.putInt(unit);
    }
    return Base64.getEncoder().encodeToString(bytes.put((byte) 'a').put((byte) 0).array());
  }
}
