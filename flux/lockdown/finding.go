package lockdown

import "fmt"

// A Finding is something that an installation lacks.
type Finding struct {
	// Kind, Namespace and Name identify the object.
	Kind, Namespace, Name string

	// Setting is a flag, such as "--no-remote-bases", an environment variable or a
	// field.
	Setting string

	// Want is the required value. Got is the actual value, empty if it is not set.
	Want, Got string

	// Lets says what a tenant can do with the actual value. To fix it, apply the output
	// of [Build], or the setting alone.
	Lets string
}

// String is the Finding in a sentence, without Lets.
func (f Finding) String() string {
	got := "is not set"
	if f.Got != "" {
		got = fmt.Sprintf("is %q", f.Got)
	}
	return fmt.Sprintf("%s %s/%s: %s %s, should be %q", f.Kind, f.Namespace, f.Name, f.Setting, got, f.Want)
}
