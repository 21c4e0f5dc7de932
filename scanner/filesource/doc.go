// Package filesource yields the files of folders, and standard input, to package
// scanner.
//
// Principal type: [Source], made by [New] for paths and by [Stdin] for a stream.
//
// The one decision: only regular files are ever opened for reading, and whatever
// else is met is named. What lies in a folder and is no content (a named pipe, a
// device, git's own objects) is scope; what the user named himself and cannot be
// read is an error, and so is everything that fails or changes under the walk.
//
// Folders are walked in the order of their names, through handles that never
// leave the folder that was named: symbolic links inside it are counted and not
// followed. A file that is larger than a window is yielded in windows that
// overlap, so that memory stays bounded and nothing is missed at a border.
package filesource
