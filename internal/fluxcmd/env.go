package fluxcmd

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Env is the environment of a container by the names of the variables. Values
// are as the controller sees them, with references expanded.
type Env map[string]corev1.EnvVar

// readEnv reads variables as the kubelet does: the last variable of a name counts,
// and a variable may refer to those before it and to those of the cluster's Services.
// known has the values that the kubelet fills in.
func readEnv(vars []corev1.EnvVar, known map[string]string) Env {
	env := Env{}
	for name, value := range known {
		env[name] = corev1.EnvVar{Name: name, Value: value}
	}
	for _, v := range vars {
		if value, ok := known[v.Name]; ok && v.ValueFrom != nil {
			v = corev1.EnvVar{Name: v.Name, Value: value}
		}
		v.Value = env.Expand(v.Value)
		env[v.Name] = v
	}
	return env
}

// Field returns the path of the Pod's field that a variable is taken from, such
// as "status.podIP", or "".
func (e Env) Field(name string) string {
	if from := e[name].ValueFrom; from != nil && from.FieldRef != nil {
		return from.FieldRef.FieldPath
	}
	return ""
}

// Expand replaces $(NAME) by the value of the variable, and $$ by $. References to
// variables without a value in the Deployment are not changed.
func (e Env) Expand(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		text = rest
		if after, ok := strings.CutPrefix(rest, "$"); ok {
			out.WriteByte('$')
			text = after
			continue
		}
		name, after, closed := strings.Cut(strings.TrimPrefix(rest, "("), ")")
		if v, known := e[name]; strings.HasPrefix(rest, "(") && closed && known && v.ValueFrom == nil {
			out.WriteString(v.Value)
			text = after
			continue
		}
		out.WriteByte('$')
	}
}
