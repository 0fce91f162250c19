// Package repository reads a GitOps repository as Flux would apply it.
//
//	result, err := repository.Load(ctx, []string{"clusters/prod"}, repository.Options{})
//	for _, object := range result.Objects { ... }    // with file and line
//	for _, problem := range result.Problems { ... }  // what is missing from them
//
// It also reads hostile repositories: a bad file does not keep the others from being
// read, nothing is fetched unless asked for, and time and memory are bounded.
//
// # What to use
//
//	read folders and files on disk        Load
//	read any file system                  LoadFS
//	the objects, with file and line       Result.Objects
//	which Kustomization applies which     Result.Kustomizations, Kustomization.Applies
//	what could not be read                Result.Problems
//	what Flux does not apply              Result.Skipped
//	whether a base is of another server   IsRemote
//
// # What is read
//
// A folder with a kustomization.yaml is rendered, with its bases, components, patches
// and generators, by the library that kustomize-controller uses. One that only lists
// files and folders, as most do, is read without the library, in linear time. In any
// other folder, each file that no kustomization names is read. Then the folders that
// Flux's Kustomizations apply are read, recursively: [Result.Kustomizations] says
// which applies which.
//
// Each object has the file and line where it is written; a generated object has its
// generator's.
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
// file of a generator that is not in git, an overlay that does not build. None of them
// hides another: missing parts are left out and the rest is built; if that fails, the
// files and bases of the overlay are read one by one, without its changes. [Load]
// returns an error only for a path that does not exist and for the context.
//
// A file that Flux cannot read either is a problem only in a folder that one of the
// repository's Kustomizations applies.
//
// # Hostile files
//
// Only folders and regular files are opened, of at most 16 MiB, and no path leads out
// of the repository. Each text is checked before kustomize parses it: its size, its
// depth, the size of its aliases, the keys of its mappings, and the same for YAML text
// within it. One build reads at most 10,000 files, 1,000 kustomizations, each of them
// once and 150 once more, 5,000 documents and 16 MiB, and ends after a minute. A panic
// of kustomize is a problem of the folder.
//
// # Differences from Flux
//
// A Kustomization's own spec.patches, spec.components, spec.targetNamespace and
// postBuild are not applied, and neither is the ignore list of a source. References to
// another repository are not followed.
package repository
