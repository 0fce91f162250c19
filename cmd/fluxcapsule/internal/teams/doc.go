// Package teams reads tenant specs from files of YAML and CSV, folders of them and
// standard input, and shows its progress.
package teams
