package dev.lacuna.runtime.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFolderTest {

  /** Some file of a jar: what it is for does not matter here. */
  private static final String RESOURCE = "com/sun/jna/linux-x86-64/libjnidispatch.so";

  private static final Map<String, String> GROUP = Map.of("a.so", RESOURCE, "b.so", RESOURCE);

  @TempDir private Path parent;
  private Path wanted;

  @BeforeEach
  void onUnixAlone() {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("unix"));
    wanted = parent.resolve("caf\u00e9 au lait").resolve("natives");
  }

  @Test
  void shouldUnpackOnceForThisUserAlone() throws Exception {
    Path first = NativeFolder.open(wanted).unpacked("jna", GROUP);
    assertThat(Files.readAllBytes(first.resolve("a.so"))).isEqualTo(content());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
        .isEqualTo("rwx------");
    Files.setLastModifiedTime(first.resolve("b.so"), FileTime.from(Instant.EPOCH));

    Path second = NativeFolder.open(wanted).unpacked("jna", GROUP);
    assertThat(second).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(first.resolve("b.so")))
        .isEqualTo(FileTime.from(Instant.EPOCH));
    assertThat(names()).containsExactlyInAnyOrder(".lock", first.getFileName().toString());
  }

  @Test
  void shouldUnpackAnewWhenAStartWasKilledOrAFileIsShort() throws Exception {
    NativeFolder folder = NativeFolder.open(wanted);
    Path half = Files.createDirectories(wanted.resolve(".unpacking"));
    Files.write(half.resolve("a.so"), new byte[7]);
    Path whole = folder.unpacked("jna", GROUP);
    assertThat(half).doesNotExist();

    Files.delete(whole.resolve("b.so"));
    Files.write(whole.resolve("b.so"), new byte[7]);
    assertThat(folder.unpacked("jna", GROUP)).isEqualTo(whole);
    assertThat(Files.readAllBytes(whole.resolve("b.so"))).isEqualTo(content());
  }

  @Test
  void shouldUnpackOnceWhenManyStartAtOnce() throws Exception {
    ExecutorService starts = Executors.newFixedThreadPool(8);
    try {
      List<Future<Path>> paths = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        paths.add(starts.submit(() -> NativeFolder.open(wanted).unpacked("jna", GROUP)));
      }
      for (Future<Path> path : paths) {
        assertThat(Files.readAllBytes(path.get().resolve("a.so"))).isEqualTo(content());
      }
    } finally {
      starts.shutdownNow();
    }
    assertThat(names()).hasSize(2);
  }

  @Test
  void shouldRefuseAFolderThatOthersCanWrite() throws Exception {
    OwnFolder.create(wanted);
    Files.setPosixFilePermissions(wanted, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> NativeFolder.open(wanted))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other users can write " + wanted.toRealPath());
    Files.setPosixFilePermissions(wanted, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(wanted.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> NativeFolder.open(wanted))
        .hasMessageContaining("other users can write " + wanted.getParent().toRealPath());
  }

  @Test
  void shouldRefuseWhatAnotherUserHasPutThere() throws Exception {
    assumeTrue(Files.isWritable(Path.of("/root")), "only root gives files away");
    NativeFolder folder = NativeFolder.open(wanted);
    Path planted = folder.unpacked("jna", GROUP);
    Files.setAttribute(planted.resolve("a.so"), "unix:uid", 12345);
    assertThatThrownBy(() -> folder.unpacked("jna", GROUP))
        .hasMessageContaining("a.so belongs to another user (12345)");
    Files.setAttribute(wanted, "unix:uid", 12345);
    assertThatThrownBy(() -> NativeFolder.open(wanted))
        .hasMessageContaining("belongs to another user (12345)");
  }

  @Test
  void shouldSayWhyWhenTheFolderCantBeMade() throws Exception {
    Files.createFile(parent.resolve("file"));
    assertThatThrownBy(() -> NativeFolder.open(parent.resolve("file").resolve("natives")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it can't be made");
  }

  @Test
  void shouldReadMountOptionsWhereMountsLieInMounts() {
    List<String> mounts =
        List.of(
            "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            "22 21 0:5 / /tmp rw,nosuid,noexec shared:2 - tmpfs tmpfs rw",
            "23 22 0:6 / /tmp/with\\040space rw - tmpfs tmpfs rw",
            "24 21 0:7 / /home rw - ext4 /dev/sdb rw,noexec",
            "25 24 0:8 / /home rw,noexec - tmpfs tmpfs rw");
    assertThat(MountOptions.noExec(Path.of("/var/lib"), mounts)).isFalse();
    assertThat(MountOptions.noExec(Path.of("/tmp/a/b"), mounts)).isTrue();
    assertThat(MountOptions.noExec(Path.of("/tmp/with space/a"), mounts)).isFalse();
    assertThat(MountOptions.noExec(Path.of("/tmpfiles"), mounts)).isFalse();
    assertThat(MountOptions.noExec(Path.of("/home/me"), mounts)).isTrue();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(wanted)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static byte[] content() throws IOException {
    try (InputStream in = NativeFolderTest.class.getResourceAsStream("/" + RESOURCE)) {
      return in.readAllBytes();
    }
  }
}
