// Package teams reads tenant specs from files of YAML and CSV, folders of them and
// standard input, and counts what it has read.
package teams
