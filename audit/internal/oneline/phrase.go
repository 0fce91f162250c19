package oneline

import "fmt"

// Counted returns "1 tenant", "2 tenants" and so on.
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Position returns a place in a file, as editors and terminals understand it. Without
// a line it is the file.
func Position(file string, line int) string {
	if file == "" || line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}
