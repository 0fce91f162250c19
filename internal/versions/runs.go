package versions

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// RunsFile is the file of this package that holds the runs.
const RunsFile = "runs.json"

//go:embed runs.json
var runsFile []byte

// runs returns the recorded runs. A test reads the file, too, and says what is wrong
// with it.
var runs = sync.OnceValue(func() []Run {
	all, err := DecodeRuns(runsFile)
	if err != nil {
		return nil
	}
	return all
})

// A Run is what the end-to-end tests showed of one set of versions.
type Run struct {
	// Set is the name of the set: oldest, pinned or newest.
	Set string `json:"set"`

	// Flux and Capsule are the minor versions, such as "2.9" and "0.14".
	Flux    string `json:"flux"`
	Capsule string `json:"capsule"`

	// Components are the programs that ran, each as "source-controller 1.9.6".
	Components []string `json:"components"`

	// Packages are the test packages.
	Packages []PackageRun `json:"packages"`
}

// A PackageRun is what one test package showed.
type PackageRun struct {
	// Name is the package's, such as "recipe".
	Name string `json:"name"`

	// Passed is the number of cases that passed.
	Passed int `json:"passed"`

	// Failed and NotRun are the other cases, each with the reason if it has one.
	Failed []Case `json:"failed,omitempty"`
	NotRun []Case `json:"notRun,omitempty"`
}

// A Case is one case of a test package.
type Case struct {
	Name   string `json:"name"`
	Reason string `json:"reason,omitempty"`
}

// DecodeRuns reads the content of [RunsFile].
func DecodeRuns(data []byte) ([]Run, error) {
	var all []Run
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return all, decoder.Decode(&all)
}

// EncodeRuns returns the content of [RunsFile].
func EncodeRuns(all []Run) ([]byte, error) {
	data, err := json.MarshalIndent(all, "", "\t")
	return append(data, '\n'), err
}

// Merge returns runs with one that has just ended. It takes the place of what the
// same packages showed of its set before. Where the versions differ, nothing that
// the set showed before counts.
func Merge(all []Run, run Run) []Run {
	merged := slices.Clone(all)
	i := slices.IndexFunc(merged, func(r Run) bool { return r.Set == run.Set })
	if i < 0 {
		return append(merged, run)
	}
	before := merged[i]
	if before.Flux == run.Flux && before.Capsule == run.Capsule && slices.Equal(before.Components, run.Components) {
		for _, p := range before.Packages {
			if !slices.ContainsFunc(run.Packages, func(q PackageRun) bool { return q.Name == p.Name }) {
				run.Packages = append(run.Packages, p)
			}
		}
	}
	slices.SortFunc(run.Packages, func(a, b PackageRun) int { return strings.Compare(a.Name, b.Name) })
	merged[i] = run
	return merged
}

// run returns the run of a release, and whether there is one.
func (r Release) run() (Run, bool) {
	for _, run := range runs() {
		if r.Component == Flux && run.Flux == r.Version || r.Component == Capsule && run.Capsule == r.Version {
			return run, true
		}
	}
	return Run{}, false
}
