package flux_test

import (
	"fmt"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleProvider() {
	provider, err := flux.Provider(metav1.ObjectMeta{Namespace: "dev-team", Name: "chat"}, notificationv1beta3.ProviderSpec{
		Type:      "slack",
		Channel:   "deployments",
		SecretRef: secret("slack-webhook"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(provider.Spec)
	// Output:
	// channel: deployments
	// secretRef:
	//   name: slack-webhook
	// type: slack
}

func ExampleAlert() {
	repo := &sourcev1.GitRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}}
	alert, err := flux.Alert(metav1.ObjectMeta{Namespace: "dev-team", Name: "chat"}, notificationv1beta3.AlertSpec{
		ProviderRef:   meta.LocalObjectReference{Name: "chat"},
		EventSeverity: "error",
		EventSources: append(flux.EventSources(repo),
			notificationv1.CrossNamespaceObjectReference{Kind: "Kustomization", Name: "*"}), // all of them
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(alert.Spec)
	// Output:
	// eventSeverity: error
	// eventSources:
	// - kind: GitRepository
	//   name: dev-team
	//   namespace: dev-team
	// - kind: Kustomization
	//   name: '*'
	// providerRef:
	//   name: chat
}

func ExampleReceiver() {
	repo := &sourcev1.GitRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}}
	receiver, err := flux.Receiver(metav1.ObjectMeta{Namespace: "dev-team", Name: "github"}, notificationv1.ReceiverSpec{
		Type:      notificationv1.GitHubReceiver,
		Resources: flux.ReceiverResources(repo),
		Events:    []string{"push", "ping"},
		SecretRef: secret("webhook-token"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(receiver.Spec)
	// Output:
	// events:
	// - push
	// - ping
	// resources:
	// - apiVersion: source.toolkit.fluxcd.io/v1
	//   kind: GitRepository
	//   name: dev-team
	//   namespace: dev-team
	// secretRef:
	//   name: webhook-token
	// type: github
}
