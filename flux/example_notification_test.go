package flux_test

import (
	"fmt"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

func ExampleProvider() {
	provider, err := flux.Provider("dev-team", "chat", "slack", flux.Channel("deployments"), flux.SecretRef("slack-webhook"))
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
	provider, err := flux.Provider("dev-team", "chat", "slack", flux.SecretRef("slack-webhook"))
	if err != nil {
		fmt.Println(err)
		return
	}
	repo, err := flux.GitRepository("dev-team", "dev-team", "https://github.com/org/dev-team.git")
	if err != nil {
		fmt.Println(err)
		return
	}
	alert, err := flux.Alert("dev-team", "chat", provider, flux.Objects(repo),
		flux.AllOf("Kustomization", nil), flux.Severity("error"))
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
	// - kind: Kustomization
	//   name: '*'
	// providerRef:
	//   name: chat
}

func ExampleReceiver() {
	repo, err := flux.GitRepository("dev-team", "dev-team", "https://github.com/org/dev-team.git")
	if err != nil {
		fmt.Println(err)
		return
	}
	receiver, err := flux.Receiver("dev-team", "github", "github", flux.Objects(repo),
		flux.Events{"push", "ping"}, flux.SecretRef("webhook-token"))
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
	// secretRef:
	//   name: webhook-token
	// type: github
}
