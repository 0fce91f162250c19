// Package repository reads a GitOps repository as Flux would apply it: a folder
// with a kustomization.yaml is built, any other is read file by file, and each
// object keeps the file and line that it comes from.
package repository
