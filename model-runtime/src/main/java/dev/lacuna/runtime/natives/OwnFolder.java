package dev.lacuna.runtime.natives;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/**
 * Folders and files that nobody but this user and root can change. Code is loaded from them, so who
 * could write there could do what this user may.
 *
 * <p>Owners are compared as numbers: the user may have no name.
 */
final class OwnFolder {

  private static final int ROOT = 0;
  private static final int WRITABLE_BY_GROUP = 0020;
  private static final int WRITABLE_BY_OTHERS = 0002;
  private static final int STICKY = 01000;

  private OwnFolder() {}

  /** Makes a folder and those above it, for this user alone; one that is there stays as it is. */
  static void create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (folder.getParent() != null) {
      create(folder.getParent());
    }
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e; // otherwise another start was faster
      }
    }
  }

  /**
   * Why somebody else could change what is in a folder or put another in its place; empty if nobody
   * can.
   *
   * @param folder real, without links
   * @param user this user's number
   */
  static Optional<String> problem(Path folder, int user) throws IOException {
    Optional<String> own = problem(folder, user, false);
    for (Path above = folder.getParent();
        own.isEmpty() && above != null;
        above = above.getParent()) {
      own = problem(above, user, true);
    }
    return own;
  }

  /** The same for one file or folder by itself. */
  static Optional<String> problem(Path path, int user, boolean sticky) throws IOException {
    Map<String, Object> facts =
        Files.readAttributes(path, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
    int owner = (Integer) facts.get("uid");
    int mode = (Integer) facts.get("mode");
    int group = (Integer) facts.get("gid");
    if (owner != user && owner != ROOT) {
      return Optional.of("%s belongs to another user (%d)".formatted(path, owner));
    }
    if (sticky && (mode & STICKY) != 0) {
      return Optional.empty(); // as in /tmp, nobody replaces what isn't theirs
    }
    // A group of the user's own number has that user alone, by the custom of most systems.
    boolean groupIsOthers = group != ROOT && group != user;
    if ((mode & WRITABLE_BY_OTHERS) != 0 || (groupIsOthers && (mode & WRITABLE_BY_GROUP) != 0)) {
      return Optional.of(
          "other users can write %s (mode %s)"
              .formatted(path, Integer.toOctalString(mode & 07777)));
    }
    return Optional.empty();
  }
}
