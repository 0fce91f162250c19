package renewal

import (
	"context"
	"encoding/base64"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Render returns the object that Ensure would write. It writes nothing. With DryRun
// no token is requested: the kubeconfig has the word REDACTED in its place.
func Render(ctx context.Context, client kubernetes.Interface, target Target, opts Options) (runtime.Object, error) {
	obj, err := render(ctx, client, target, opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", target, err)
	}
	return obj, nil
}

func render(ctx context.Context, client kubernetes.Interface, target Target, opts Options) (runtime.Object, error) {
	target, err := target.withCA(ctx, client)
	if err != nil {
		return nil, err
	}
	if err := target.validate(opts); err != nil {
		return nil, err
	}
	if target.Access.Tokenless() {
		return desiredConfigMap(target)
	}

	var token kubeconfig.Token
	switch {
	case opts.DryRun:
		token = standIn(target)
	case target.TokenSecret != "":
		token, err = storedToken(ctx, client, target)
	default:
		token, err = requestToken(ctx, client, target, opts.lifetime())
	}
	if err != nil {
		return nil, err
	}
	secret, _, err := desired(target, token)
	if err != nil || !opts.DryRun {
		return secret, err
	}
	key := target.key()
	config, err := clientcmd.Load(secret.Data[key])
	if err != nil {
		return nil, err
	}
	for _, user := range config.AuthInfos {
		user.Token = "REDACTED"
	}
	secret.Data[key], err = clientcmd.Write(*config)
	return secret, err
}

// standIn is not a token, but has enough of the account's claims to build with.
func standIn(target Target) kubeconfig.Token {
	claims := fmt.Sprintf(`{"sub":"system:serviceaccount:%s:%s"}`, target.Namespace, target.Account)
	return kubeconfig.Token("e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".none")
}
