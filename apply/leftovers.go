package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/pager"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Leftover is an object that a tenant has left in a cluster.
type Leftover struct {
	Object

	// Reason says how the object belongs to the tenant, and which finalizers keep it if
	// it is being deleted.
	Reason string

	// Remedy is the command that removes it.
	Remedy string
}

// Leftovers lists a tenant's remaining objects in a cluster: its own, those in its
// namespaces, those that Flux applied for it anywhere, and bindings of its accounts.
// It reads every kind that the cluster serves, except Events and Leases. In a
// namespace of the tenant it lists only objects that finalizers keep, since the
// others are deleted with the namespace. For a tenant that has left, an empty list
// means that nothing is left. It deletes nothing.
//
// An error names the kinds that could not be listed; the list holds the rest.
func Leftovers(ctx context.Context, config *rest.Config, tenantName string) ([]Leftover, error) {
	if tenantName == "" {
		return nil, errors.New("the tenant has no name")
	}
	disco, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	objects, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	c, err := client.New(config, client.Options{Scheme: tenant.Scheme()})
	if err != nil {
		return nil, err
	}
	served, unserved := disco.ServerPreferredResources() // what can be discovered, and an error for the rest
	s := search{tenant: tenantName, errs: []error{unserved}}
	s.objects(ctx, objects, served)
	s.home = homeOf(tenantName, s.all)
	s.namespaces(ctx, c)
	s.bindings(ctx, c)
	found := s.leftovers()
	slices.SortFunc(found, func(a, b Leftover) int { return cmp.Compare(a.String(), b.String()) })
	return found, errors.Join(s.errs...)
}

// A search has read the metadata of a cluster's objects.
type search struct {
	tenant string
	home   string // the home namespace
	all    []metav1.PartialObjectMetadata
	kept   map[string][]corev1.FinalizerName // of namespaces, in their spec; less Kubernetes' own
	bound  []Leftover
	errs   []error
}

// objects reads the metadata of every object that can be listed and deleted.
func (s *search) objects(ctx context.Context, c metadata.Interface, served []*metav1.APIResourceList) {
	deletable := discovery.SupportsAllVerbs{Verbs: []string{"list", "delete"}}
	for _, group := range discovery.FilteredBy(deletable, served) {
		version, err := schema.ParseGroupVersion(group.GroupVersion)
		if err != nil {
			s.errs = append(s.errs, err)
			continue
		}
		for _, resource := range group.APIResources {
			if resource.Kind == "Event" || resource.Kind == "Lease" {
				continue
			}
			list := pager.New(func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
				return c.Resource(version.WithResource(resource.Name)).List(ctx, opts)
			})
			err := list.EachListItem(ctx, metav1.ListOptions{}, func(obj runtime.Object) error {
				item := obj.(*metav1.PartialObjectMetadata)
				item.SetGroupVersionKind(version.WithKind(resource.Kind))
				s.all = append(s.all, *item)
				return nil
			})
			if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsMethodNotSupported(err) {
				s.errs = append(s.errs, fmt.Errorf("list %s: %w", resource.Name, err))
			}
		}
	}
}

// namespaces reads the finalizers that namespaces have in their spec. Kubernetes
// removes its own when a namespace is empty.
func (s *search) namespaces(ctx context.Context, c client.Client) {
	var list corev1.NamespaceList
	s.errs = append(s.errs, c.List(ctx, &list))
	s.kept = map[string][]corev1.FinalizerName{}
	for _, namespace := range list.Items {
		others := slices.DeleteFunc(namespace.Spec.Finalizers, func(f corev1.FinalizerName) bool { return f == corev1.FinalizerKubernetes })
		if len(others) > 0 {
			s.kept[namespace.Name] = others
		}
	}
}

// bindings finds bindings outside of the tenant's namespaces that name an account in
// its home.
func (s *search) bindings(ctx context.Context, c client.Client) {
	var cluster rbacv1.ClusterRoleBindingList
	var namespaced rbacv1.RoleBindingList
	s.errs = append(s.errs, c.List(ctx, &cluster), c.List(ctx, &namespaced))
	for _, binding := range cluster.Items {
		s.bind("ClusterRoleBinding", &binding, binding.Subjects)
	}
	for _, binding := range namespaced.Items {
		s.bind("RoleBinding", &binding, binding.Subjects)
	}
}

func (s *search) bind(kind string, binding client.Object, subjects []rbacv1.Subject) {
	for _, subject := range subjects {
		namespace, _, ok := names.SplitUser(subject.Name)
		account := subject.Kind == rbacv1.ServiceAccountKind && subject.Namespace == s.home
		user := ok && namespace == s.home || subject.Name == names.Group(s.home)
		if account || user {
			object := Object{rbacv1.SchemeGroupVersion.WithKind(kind), client.ObjectKeyFromObject(binding)}
			s.bound = append(s.bound, Leftover{object, "it gives a role to " + subject.Name + " of " + s.home, remove(object)})
			return
		}
	}
}

// homeOf returns the home namespace: the one with the tenant's label, or the default.
func homeOf(tenantName string, all []metav1.PartialObjectMetadata) string {
	for _, obj := range all {
		if obj.Kind == "Namespace" && obj.Labels[tenant.Label] == tenantName {
			return obj.Name
		}
	}
	return tenantName
}

// leftovers selects the tenant's objects from all, each once.
func (s *search) leftovers() []Leftover {
	namespaces := map[string]bool{s.home: true}
	for _, obj := range s.all {
		if obj.Kind == "Namespace" && obj.Labels[names.MemberLabel] == s.tenant {
			namespaces[obj.Name] = true
		}
	}
	var found []Leftover
	seen := map[string]bool{}
	for _, obj := range s.all {
		why := s.why(obj)
		if namespaces[obj.Namespace] {
			why = ""
			if len(obj.Finalizers) > 0 {
				why = "it is in a namespace of the tenant"
			}
		}
		if why == "" {
			continue
		}
		object := Object{obj.GroupVersionKind(), client.ObjectKeyFromObject(&obj)}
		seen[object.String()] = true
		found = append(found, s.leftover(object, why, obj))
	}
	for _, binding := range s.bound {
		if !seen[binding.String()] && !namespaces[binding.Key.Namespace] {
			found = append(found, binding)
		}
	}
	return found
}

// why says how an object belongs to the tenant; it is empty if it does not.
func (s *search) why(obj metav1.PartialObjectMetadata) string {
	applied := "kustomize.toolkit.fluxcd.io/namespace"
	switch {
	case obj.Kind == "Tenant" && obj.Name == s.tenant:
		return "it is the tenant"
	case obj.Labels[tenant.Label] == s.tenant:
		return "it has the label " + tenant.Label
	case obj.Labels[names.MemberLabel] == s.tenant:
		return "it is one of the tenant's namespaces, or in one"
	case obj.Labels[applied] == s.home, obj.Labels["helm.toolkit.fluxcd.io/namespace"] == s.home:
		return "Flux applied it for the tenant"
	case obj.Kind == "Namespace" && obj.Name == s.home:
		return "it has the name of the home namespace"
	}
	return ""
}

func (s *search) leftover(object Object, why string, obj metav1.PartialObjectMetadata) Leftover {
	l := Leftover{object, why, remove(object)}
	if obj.DeletionTimestamp == nil {
		return l
	}
	l.Reason += ", being deleted since " + obj.DeletionTimestamp.UTC().Format("2006-01-02 15:04:05")
	namespace, name := object.Kind.Kind == "Namespace", object.Key.Name
	switch {
	case len(obj.Finalizers) > 0:
		l.Reason += ", kept by " + strings.Join(obj.Finalizers, " and ")
		l.Remedy = fmt.Sprintf(`kubectl patch %s --type=merge -p '{"metadata":{"finalizers":null}}'`, target(object))
	case namespace && len(s.kept[name]) > 0:
		l.Reason += fmt.Sprintf(", kept by %v in its spec", s.kept[name])
		l.Remedy = fmt.Sprintf(`kubectl get namespace %s -o json | jq '.spec.finalizers=["kubernetes"]' | kubectl replace --raw /api/v1/namespaces/%s/finalize -f -`, name, name)
	case namespace:
		l.Reason += ", waiting for what is in it"
		l.Remedy = "kubectl get namespace " + name + " -o jsonpath='{.status.conditions}'"
	}
	return l
}

func remove(object Object) string { return "kubectl delete " + target(object) }

// target names an object for kubectl.
func target(object Object) string {
	name := strings.ToLower(object.Kind.Kind)
	if object.Kind.Group != "" {
		name += "." + object.Kind.Version + "." + object.Kind.Group
	}
	name += " " + object.Key.Name
	if object.Key.Namespace != "" {
		name = "-n " + object.Key.Namespace + " " + name
	}
	return name
}
