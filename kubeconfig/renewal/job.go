package renewal

import (
	"cmp"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Job describes a renewal that runs in the cluster, on a schedule, for platforms that
// cannot use tokenless access.
//
// +kubebuilder:object:generate=true
type Job struct {
	// Namespace is the namespace of the CronJob and its ServiceAccount.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Namespace string `json:"namespace"`

	// Name is the name of the CronJob and its ServiceAccount, at most 52 characters.
	//
	// +kubebuilder:validation:MaxLength=52
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`

	// Image runs a program that ensures the targets, such as
	// cmd/fluxcapsule, with the Args.
	//
	// +kubebuilder:validation:MinLength=1
	Image string `json:"image"`

	// Args are the arguments of the program in the Image.
	Args []string `json:"args,omitempty"`

	// Schedule is in cron's format. The default is DefaultSchedule. It should run
	// several times in the last third of a token's life.
	//
	// +kubebuilder:default="*/5 * * * *"
	Schedule string `json:"schedule,omitempty"`

	// Targets are the targets that the program ensures. They determine its permissions.
	Targets []Target `json:"targets"`
}

// DefaultSchedule is every five minutes: three chances to renew a token that
// lives for an hour.
const DefaultSchedule = "*/5 * * * *"

// Bundle has the objects that run a [Job].
type Bundle struct {
	ServiceAccount *corev1.ServiceAccount
	// ClusterRole is bound, by RoleBindings, in the namespaces of the targets.
	ClusterRole *rbacv1.ClusterRole
	// CARoles allow to read the CASecrets, each in its namespace.
	CARoles      []*rbacv1.Role
	RoleBindings []*rbacv1.RoleBinding
	CronJob      *batchv1.CronJob
}

// Objects returns all objects in the order in which they have to be applied.
func (b *Bundle) Objects() []runtime.Object {
	objects := []runtime.Object{b.ServiceAccount, b.ClusterRole}
	for _, role := range b.CARoles {
		objects = append(objects, role)
	}
	for _, binding := range b.RoleBindings {
		objects = append(objects, binding)
	}
	return append(objects, b.CronJob)
}

// Build builds the bundle of a job. The pod does not run as root, cannot gain
// privileges, and has a read-only file system.
func Build(job Job) (*Bundle, error) {
	job.Schedule = cmp.Or(job.Schedule, DefaultSchedule)
	if errs := job.Validate(nil); len(errs) > 0 {
		return nil, build.Invalid(schema.GroupKind{Group: batchv1.GroupName, Kind: "CronJob"}, job.Namespace+"/"+job.Name, errs)
	}

	// A colon cannot be in either, so the names of two jobs differ.
	roleName := job.Namespace + ":" + job.Name
	role, err := ClusterRole(roleName, job.Targets)
	if err != nil {
		return nil, err
	}
	bundle := &Bundle{
		ServiceAccount: &corev1.ServiceAccount{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
			ObjectMeta: metav1.ObjectMeta{Namespace: job.Namespace, Name: job.Name},
		},
		ClusterRole: role,
		CronJob:     job.cronJob(),
	}
	for _, namespace := range namespaces(job.Targets) {
		bundle.RoleBindings = append(bundle.RoleBindings, job.bind(namespace, roleName, "ClusterRole", roleName))
	}
	for _, ca := range caSecrets(job.Targets) {
		name := roleName + ":" + ca.Name
		role, err := CARole(name, ca)
		if err != nil {
			return nil, err
		}
		bundle.CARoles = append(bundle.CARoles, role)
		bundle.RoleBindings = append(bundle.RoleBindings, job.bind(ca.Namespace, name, "Role", name))
	}
	return bundle, nil
}

// Validate returns an error for each invalid field, with its path below the given
// one, which may be nil.
func (j Job) Validate(path *field.Path) field.ErrorList {
	errs := validate.Label(path.Child("namespace"), j.Namespace)
	errs = append(errs, validate.Subdomain(path.Child("name"), j.Name)...)
	if len(j.Name) > 52 { // what Kubernetes leaves of 63 for the names of Jobs
		errs = append(errs, field.TooLong(path.Child("name"), j.Name, 52))
	}
	switch {
	case j.Image == "":
		errs = append(errs, field.Required(path.Child("image"), ""))
	case strings.TrimSpace(j.Image) != j.Image:
		errs = append(errs, field.Invalid(path.Child("image"), j.Image, "must not begin or end with white space"))
	}
	schedule := cmp.Or(j.Schedule, DefaultSchedule)
	if n := len(strings.Fields(schedule)); n != 5 && !strings.HasPrefix(schedule, "@") {
		errs = append(errs, field.Invalid(path.Child("schedule"), schedule, "must have five fields, as in "+DefaultSchedule))
	}
	return append(errs, validateTargets(path.Child("targets"), j.Targets)...)
}

func (j Job) bind(namespace, name, kind, role string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: role},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: j.Namespace, Name: j.Name}},
	}
}

func (j Job) cronJob() *batchv1.CronJob {
	return &batchv1.CronJob{
		TypeMeta:   metav1.TypeMeta{APIVersion: batchv1.SchemeGroupVersion.String(), Kind: "CronJob"},
		ObjectMeta: metav1.ObjectMeta{Namespace: j.Namespace, Name: j.Name},
		Spec: batchv1.CronJobSpec{
			Schedule:                   j.Schedule,
			ConcurrencyPolicy:          batchv1.ForbidConcurrent,
			StartingDeadlineSeconds:    new(int64(240)), // else a hundred missed starts end it for good
			SuccessfulJobsHistoryLimit: new(int32(1)),
			FailedJobsHistoryLimit:     new(int32(1)),
			JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{
				BackoffLimit:          new(int32(2)),
				ActiveDeadlineSeconds: new(int64(240)),
				Template:              corev1.PodTemplateSpec{Spec: j.pod()},
			}},
		},
	}
}

func (j Job) pod() corev1.PodSpec {
	return corev1.PodSpec{
		ServiceAccountName: j.Name,
		RestartPolicy:      corev1.RestartPolicyNever,
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot:   new(true),
			RunAsUser:      new(int64(65532)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		Containers: []corev1.Container{{
			Name:  "renew",
			Image: j.Image,
			Args:  slices.Clone(j.Args),
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false),
				ReadOnlyRootFilesystem:   new(true),
				Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
		}},
	}
}

// caSecrets returns the distinct CASecrets, ignoring their keys, in order.
func caSecrets(targets []Target) []CASecret {
	var list []CASecret
	for _, t := range targets {
		if t.CASecret == nil {
			continue
		}
		ca := CASecret{Namespace: t.CASecret.Namespace, Name: t.CASecret.Name}
		if !slices.Contains(list, ca) {
			list = append(list, ca)
		}
	}
	return list
}

func namespaces(targets []Target) []string {
	var list []string
	for _, t := range targets {
		list = append(list, t.Namespace)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
