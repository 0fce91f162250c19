package operator_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/examples/operator/api/v1alpha1"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

const (
	example = "../../examples/operator"
	account = "team-operator"
)

// An operator is the process, and a client that knows its API.
type operator struct {
	client.Client
	binary, kubeconfig, log string
	process                 *exec.Cmd
}

// install applies the operator's manifests, lets its account do what the platform
// may, and builds it.
func install(c *harness.Case) *operator {
	c.Helper()
	ctx, plane := c.Context(), c.Env.Plane
	for _, file := range []string{"config/crd/bases/example.com_teams.yaml", "config/rbac/role.yaml"} {
		text, err := os.ReadFile(filepath.Join(example, file))
		c.Must(err)
		c.ApplyText(string(text))
	}
	metadata := metav1.ObjectMeta{Namespace: account, Name: account}
	c.Apply(
		&corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: account}},
		&corev1.ServiceAccount{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"}, ObjectMeta: metadata},
		&rbacv1.ClusterRoleBinding{
			TypeMeta:   metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRoleBinding"},
			ObjectMeta: metav1.ObjectMeta{Name: account},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: account},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: account, Name: account}},
		},
	)
	policies, err := tenant.AdmissionPolicies(tenant.PolicySpec{Users: []string{"system:serviceaccount:" + account + ":" + account}})
	c.Must(err)
	for _, policy := range policies {
		c.Apply(policy.Objects()...)
	}
	scheme := tenant.Scheme()
	c.Must(v1alpha1.AddToScheme(scheme))
	o := &operator{binary: filepath.Join(plane.Dir(), "operator"), log: filepath.Join(plane.Dir(), "operator.log")}
	o.Client, err = client.New(plane.Admin, client.Options{Scheme: scheme})
	c.Must(err)
	o.kubeconfig, err = plane.AccountKubeconfig(ctx, account, account)
	c.Must(err)
	build := exec.CommandContext(ctx, "go", "build", "-o", o.binary, ".")
	build.Dir = example
	out, err := build.CombinedOutput()
	if err != nil {
		c.Fatalf("%v\n%s", err, out)
	}
	return o
}

// start starts the process, which is killed at the end of the case's test.
func (o *operator) start(c *harness.Case) {
	c.Helper()
	log, err := os.OpenFile(o.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	c.Must(err)
	defer log.Close()
	o.process = exec.Command(o.binary, "-metrics-bind-address=127.0.0.1:18080")
	o.process.Env = append(os.Environ(), "KUBECONFIG="+o.kubeconfig)
	o.process.Stdout, o.process.Stderr = log, log
	c.Must(o.process.Start())
}

// kill ends the process at once, with nothing done in peace.
func (o *operator) kill() {
	if o.process != nil {
		o.process.Process.Kill()
		o.process.Wait()
		o.process = nil
	}
}

// push makes the git repository of a team, and returns the Team.
func push(c *harness.Case, name string, change func(*tenant.Spec)) *v1alpha1.Team {
	c.Helper()
	made, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: name, Git: tenant.Git{Interval: metav1.Duration{Duration: 5 * time.Second}}}, nil)
	c.Must(err)
	team := &v1alpha1.Team{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: made.Spec}
	if change != nil {
		change(&team.Spec)
	}
	return team
}

// update changes a Team as the cluster has it.
func (o *operator) update(c *harness.Case, name string, change func(*tenant.Spec)) {
	c.Helper()
	c.Eventually(func(ctx context.Context) error {
		var team v1alpha1.Team
		if err := o.Get(ctx, client.ObjectKey{Name: name}, &team); err != nil {
			return err
		}
		change(&team.Spec)
		return o.Update(ctx, &team)
	})
}

// waitFor waits until a condition of the Team's present generation has a status, and
// returns it.
func (o *operator) waitFor(c *harness.Case, name, condition string, status metav1.ConditionStatus) metav1.Condition {
	c.Helper()
	var found metav1.Condition
	c.Eventually(func(ctx context.Context) error {
		var team v1alpha1.Team
		if err := o.Get(ctx, client.ObjectKey{Name: name}, &team); err != nil {
			return err
		}
		is := apimeta.FindStatusCondition(team.Status.Conditions, condition)
		if is == nil || is.Status != status || is.ObservedGeneration != team.Generation {
			return fmt.Errorf("Team %s: %s is %+v", name, condition, is)
		}
		found = *is
		return nil
	})
	return found
}

// gone waits until nothing in the cluster bears the names.
func (o *operator) gone(c *harness.Case, names ...string) {
	c.Helper()
	for _, name := range names {
		c.WaitGone(harness.Object("example.com/v1alpha1", "Team", "", name))
		for _, obj := range c.Everything() {
			if obj.Name == name || obj.Namespace == name || obj.Labels[tenant.Label] == name || obj.Name == name+"-app" || obj.Namespace == name+"-app" {
				c.Errorf("left behind: %s %s", obj.Kind, client.ObjectKeyFromObject(&obj))
			}
		}
	}
}
