// Package controller makes a tenant of each Team, and takes it away.
package controller

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/fluxcapsule/fluxcapsule/apply"
	"github.com/fluxcapsule/fluxcapsule/examples/operator/api/v1alpha1"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

const (
	finalizer = "example.com/tenant"
	valid     = "Valid"
	ready     = "Ready"
)

var readyTeams = prometheus.NewGaugeVec(prometheus.GaugeOpts{
	Name: "team_ready", Help: "Whether a Team's tenant is ready (1) or not (0).",
}, []string{"team"})

func init() { metrics.Registry.MustRegister(readyTeams) }

// TeamReconciler reconciles Teams. Client reads from the manager's cache, Live from
// the API server.
type TeamReconciler struct {
	Client   client.Client
	Live     client.Client
	Recorder events.EventRecorder

	accepting sync.Mutex // one Team at a time, so that no two take the same name
}

// +kubebuilder:rbac:groups=example.com,resources=teams,verbs=get;list;watch;update
// +kubebuilder:rbac:groups=example.com,resources=teams/status;teams/finalizers,verbs=update;patch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups="",resources=namespaces;serviceaccounts;configmaps;resourcequotas;limitranges,verbs=get;list;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterroles;roles,verbs=get;list;create;patch;delete;bind;escalate
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterrolebindings;rolebindings,verbs=get;list;create;patch;delete
// +kubebuilder:rbac:groups=capsule.clastix.io,resources=tenants;tenantowners;globaltenantresources,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=kustomize.toolkit.fluxcd.io;helm.toolkit.fluxcd.io;source.toolkit.fluxcd.io;image.toolkit.fluxcd.io;notification.toolkit.fluxcd.io,resources=*,verbs=get;list;watch;create;patch;delete

// Reconcile brings the cluster in line with a Team.
func (r *TeamReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	team := &v1alpha1.Team{}
	if err := r.Client.Get(ctx, req.NamespacedName, team); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if team.DeletionTimestamp.IsZero() {
		if controllerutil.AddFinalizer(team, finalizer) {
			return ctrl.Result{}, r.Client.Update(ctx, team) // which comes back here
		}
		result, err := r.bring(ctx, team)
		return result, errors.Join(err, r.save(ctx, team))
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if err := apply.Remove(ctx, r.Live, team.Name); err != nil {
		r.set(team, ready, metav1.ConditionFalse, "Removing", err.Error())
		return ctrl.Result{}, errors.Join(err, r.save(context.WithoutCancel(ctx), team))
	}
	readyTeams.DeleteLabelValues(team.Name)
	controllerutil.RemoveFinalizer(team, finalizer)
	return ctrl.Result{}, client.IgnoreNotFound(r.Client.Update(ctx, team))
}

// bring checks, builds and applies the Team's tenant, and sees how far it is. An
// invalid Team does not change its tenant.
func (r *TeamReconciler) bring(ctx context.Context, team *v1alpha1.Team) (ctrl.Result, error) {
	again := ctrl.Result{RequeueAfter: 10 * time.Minute} // against drift that nothing watches
	if err := r.accept(ctx, team); err != nil {
		faults, invalid := describe(team.Name, err)
		if !invalid {
			return ctrl.Result{}, err
		}
		r.set(team, valid, metav1.ConditionFalse, "Invalid", faults)
		r.set(team, ready, metav1.ConditionFalse, "Invalid", "the spec is invalid; the tenant is as it was")
		return ctrl.Result{RequeueAfter: time.Minute}, nil // the other Team may be gone by then
	}
	bundle, err := tenant.Build(team.Spec)
	if err != nil {
		return ctrl.Result{}, err
	}
	// Foreground deletion of a Team deletes what it owns at once. Of the bundle only
	// these may go first.
	for _, obj := range bundle.Objects() {
		switch obj.(type) {
		case *kustomizev1.Kustomization, *sourcev1.GitRepository, *sourcev1.OCIRepository:
			if err := controllerutil.SetControllerReference(team, obj, r.Client.Scheme()); err != nil {
				return ctrl.Result{}, err
			}
		}
	}
	removed, err := apply.Apply(ctx, r.Live, bundle)
	for _, obj := range removed {
		r.Recorder.Eventf(team, nil, corev1.EventTypeNormal, "Removed", "Apply", "%s is no longer part of the tenant", obj)
	}
	if err != nil {
		r.set(team, ready, metav1.ConditionFalse, "ApplyFailed", err.Error())
		return ctrl.Result{}, err
	}
	status, err := apply.Ready(ctx, r.Live, bundle)
	switch {
	case err != nil:
		return ctrl.Result{}, err
	case status.Ready():
		r.set(team, ready, metav1.ConditionTrue, "Ready", "the tenant is ready")
	default:
		r.set(team, ready, metav1.ConditionFalse, "Progressing", status.String())
	}
	return again, nil
}

// set sets a condition, and tells of it in an event where it is new.
func (r *TeamReconciler) set(team *v1alpha1.Team, kind string, status metav1.ConditionStatus, reason, message string) {
	before := meta.FindStatusCondition(team.Status.Conditions, kind)
	if before == nil || before.Reason != reason {
		level := corev1.EventTypeNormal
		if reason == "Invalid" || reason == "ApplyFailed" {
			level = corev1.EventTypeWarning
		}
		r.Recorder.Eventf(team, nil, level, reason, "Reconcile", "%.1000s", message) // an event holds 1 KiB
	}
	meta.SetStatusCondition(&team.Status.Conditions, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: fmt.Sprintf("%.32000s", message), ObservedGeneration: team.Generation,
	})
	if kind == ready {
		value := 0.0
		if status == metav1.ConditionTrue {
			value = 1
		}
		readyTeams.WithLabelValues(team.Name).Set(value)
	}
}

// save writes the status.
func (r *TeamReconciler) save(ctx context.Context, team *v1alpha1.Team) error {
	return client.IgnoreNotFound(r.Client.Status().Update(ctx, team))
}

// SetupWithManager watches Teams, and of their tenants what says how they are.
func (r *TeamReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&v1alpha1.Team{}).
		Owns(&kustomizev1.Kustomization{}).
		Owns(&sourcev1.GitRepository{}).
		Owns(&sourcev1.OCIRepository{}).
		Watches(&capsulev1beta2.Tenant{}, &handler.EnqueueRequestForObject{}). // of the same name
		WithOptions(controller.Options{MaxConcurrentReconciles: 10}).
		Complete(r)
}
