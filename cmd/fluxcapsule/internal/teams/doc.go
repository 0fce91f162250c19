// Package teams reads tenant specs from files of YAML and CSV, folders of them
// and standard input, and shows how far it has come.
package teams
