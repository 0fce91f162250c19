package lockdown

import "fmt"

// A Finding is something that an installation lacks.
type Finding struct {
	// Kind, Namespace and Name are those of the object.
	Kind, Namespace, Name string

	// Setting is a flag, such as "--no-remote-bases", an environment variable or a
	// field.
	Setting string

	// Want is what the setting should be, and Got what it is, empty if it is not
	// set.
	Want, Got string

	// Lets is what a tenant can do as long as the setting is as it is. The fix is
	// what [Build] makes, or the setting alone.
	Lets string
}

// String is the Finding in a sentence, without what it lets a tenant do.
func (f Finding) String() string {
	got := "is not set"
	if f.Got != "" {
		got = fmt.Sprintf("is %q", f.Got)
	}
	return fmt.Sprintf("%s %s/%s: %s %s, should be %q", f.Kind, f.Namespace, f.Name, f.Setting, got, f.Want)
}
