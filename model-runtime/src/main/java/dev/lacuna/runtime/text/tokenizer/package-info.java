/** Hugging Face tokenizers: which ones are read, and their tokens as text and bytes. */
package dev.lacuna.runtime.text.tokenizer;
