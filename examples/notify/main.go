// Notify tells a tenant's chat when its Kustomization fails.
//
//	go run ./examples/notify
package main

import (
	"log"
	"os"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func main() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
	})
	check(err)

	chat, err := team.NewProvider("chat", notificationv1beta3.ProviderSpec{
		Type:      notificationv1beta3.SlackProvider,
		Channel:   "dev-team",
		SecretRef: &meta.LocalObjectReference{Name: "chat-address"}, // the URL holds a token, so it is in a Secret
	})
	check(err)
	alert, err := team.NewAlert("failures", notificationv1beta3.AlertSpec{
		ProviderRef:   meta.LocalObjectReference{Name: chat.Name},
		EventSeverity: "error",
		EventSources:  flux.EventSources(team.Kustomization, team.GitRepository),
	})
	check(err)
	check(manifest.Write(os.Stdout, chat, alert))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
