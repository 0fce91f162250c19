// Package dataloss proves that no layout, merge or accident costs a tenant its data:
// it makes unintended commits to a tree of package fleet that kustomize-controller
// applies from git.
package dataloss
