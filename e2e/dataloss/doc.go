// Package dataloss proves that no layout, merge or slip of the hand costs a tenant
// its data: a tree of package fleet in git, kustomize-controller that applies it, and
// commits that nobody meant to make.
package dataloss
