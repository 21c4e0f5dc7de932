package filesource

import (
	"os"
	"syscall"
)

// kernelFiles are the file systems whose files the kernel makes up when they are
// read: some never end, some wait, some change the system. The numbers are those
// of statfs(2), https://man7.org/linux/man-pages/man2/statfs.2.html.
var kernelFiles = map[uint32]string{
	0x9fa0:     "proc",
	0x62656572: "sysfs",
	0x64626720: "debugfs",
	0x74726163: "tracefs",
	0x73636673: "securityfs",
	0x27e0eb:   "cgroup",
	0x63677270: "cgroup2",
	0xcafe4a11: "bpf",
	0x62656570: "configfs",
	0x6165676c: "pstore",
	0xde5e81e4: "efivarfs",
	0x1cd1:     "devpts",
}

// pseudo says why a folder is not entered: it is the mount point of a file system
// of the kernel. device is that of the folder above it.
func pseudo(root *os.Root, above uint64) string {
	dir, err := root.Open(".")
	if err != nil {
		return "" // its listing will fail too, and be told
	}
	defer dir.Close()
	info, err := dir.Stat()
	if err != nil || device(info) == above {
		return ""
	}
	var st syscall.Statfs_t
	if err := syscall.Fstatfs(int(dir.Fd()), &st); err != nil {
		return ""
	}
	if name, ok := kernelFiles[uint32(st.Type)]; ok {
		return "a file system of the kernel (" + name + "), no stored files"
	}
	return ""
}
