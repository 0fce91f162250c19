// Package repository reads a GitOps repository as Flux would apply it.
//
//	result, err := repository.Load(ctx, []string{"clusters/prod"}, repository.Options{})
//	for _, object := range result.Objects { ... }    // with file and line
//	for _, problem := range result.Problems { ... }  // what is missing from them
//
// It is made for the repositories that people have, and for those that strangers
// send: whatever lies in the folder, the rest of it is read, nothing is fetched
// unless asked for, and time and memory are bounded.
//
// # What is read
//
// A folder with a kustomization.yaml is rendered, with its bases, components,
// patches and generators, by the library that kustomize-controller uses. One that
// does nothing but list files and folders, as most do, is read without it, in linear
// time. In any other folder each file is read that no kustomization names. Then the
// folders are read that Flux's Kustomizations apply, those that have come with them
// included: [Result.Kustomizations] says which applies which.
//
// Each object keeps the file and the line that it is written at; one that a generator
// makes, those of the generator.
//
// # What is not read
//
// [Result.Skipped] names what Flux does not apply: Helm charts, templates, what
// .sourceignore and source-controller's own list leave out, symbolic links, what
// [Options] exclude. Documents that are not objects (values, patches in the format of
// JSON) are not named. A .gitignore counts only for files that git does not track, by
// the index in .git: nobody hides a file that is part of the repository by ignoring it.
//
// # What could not be read
//
// [Result.Problems] names each part that is missing, with the reason: a remote base, a
// file of a generator that is not in git, an overlay that does not build. None of
// them hides another: what is not there is left out and the rest is built, and if that
// fails, the files and the bases of the overlay are read one by one, without its
// changes. The error of [Load] is for a path that does not exist and for the context.
//
// A file that Flux cannot read either is no problem outside of the folders that Flux's
// Kustomizations in the repository apply.
//
// # Files made to do harm
//
// Only folders and regular files are opened, of at most 16 MiB, and no path leads out
// of the repository. Each text is vetted before kustomize parses it: its size, its
// depth, what its aliases stand for, the keys of its mappings, and the same for text
// within it that is parsed in turn. One build reads at most 10,000 files, 1,000
// kustomizations, each of them once and 150 once more, 5,000 documents and 16 MiB, and
// ends after a minute. A panic of
// kustomize is a problem of the folder.
//
// # What differs from Flux
//
// A Kustomization's own spec.patches, spec.components, spec.targetNamespace and
// postBuild are not applied, and neither is the ignore list of a source. References to
// another repository are not followed.
package repository
