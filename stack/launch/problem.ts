/** Something that a person has to change before the stack can run. The message is what they read. */
export class Problem extends Error {
  override readonly name = 'Problem'
}

/**
 * Says what an error of the file system means for people, naming the folder; undefined when it is of another kind.
 */
export function diskProblem(error: unknown, folder: string): Problem | undefined {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Problem(
        `The disk that holds ${folder} is full. Free some space, or set STACK_DATA_DIR to a folder elsewhere.`,
      )
    case 'EROFS':
      return new Problem(
        `The disk that holds ${folder} is read-only. Set STACK_DATA_DIR to a folder that can be written.`,
      )
    case 'EACCES':
    case 'EPERM':
    case 'ENOENT':
      return new Problem(`${folder} cannot be written here or by this user. Set STACK_DATA_DIR to a folder that can.`)
    case 'ENOTDIR':
    case 'EEXIST':
      return new Problem(
        `${folder} cannot be made, since a file is in its place. Move the file, or set STACK_DATA_DIR.`,
      )
    default:
      return undefined
  }
}
