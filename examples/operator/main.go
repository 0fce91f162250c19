// Operator makes a tenant for every Team, a custom resource, in a cluster, with
// package apply. It is laid out as kubebuilder would; its CRD and its role are made
// by make generate.
//
//	kubectl apply --server-side -f examples/operator/config/crd/bases
//	go run ./examples/operator
package main

import (
	"flag"
	"os"

	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/fluxcapsule/fluxcapsule/examples/operator/api/v1alpha1"
	"github.com/fluxcapsule/fluxcapsule/examples/operator/internal/controller"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func main() {
	address := flag.String("metrics-bind-address", "127.0.0.1:8080", "`address` of the metrics, 0 for none")
	flag.Parse()
	ctrl.SetLogger(zap.New())
	if err := run(*address); err != nil {
		ctrl.Log.Error(err, "the operator ended")
		os.Exit(1)
	}
}

func run(address string) error {
	scheme := tenant.Scheme()
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 200, 400
	mgr, err := ctrl.NewManager(config, ctrl.Options{Scheme: scheme, Metrics: metricsserver.Options{BindAddress: address}})
	if err != nil {
		return err
	}
	live, err := client.New(config, client.Options{Scheme: scheme, Mapper: mgr.GetRESTMapper(), HTTPClient: mgr.GetHTTPClient()})
	if err != nil {
		return err
	}
	reconciler := &controller.TeamReconciler{Client: mgr.GetClient(), Live: live, Recorder: mgr.GetEventRecorder("team-operator")}
	if err := reconciler.SetupWithManager(mgr); err != nil {
		return err
	}
	return mgr.Start(ctrl.SetupSignalHandler())
}
