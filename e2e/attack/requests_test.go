package attack_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// The requests that attacks are made of, with the token of the attacker's
// reconciler.

func (a *attempt) patch(ctx context.Context, obj client.Object, patch string) error {
	return a.client.Patch(ctx, obj.DeepCopyObject().(client.Object), harness.MergePatch(patch))
}

// leave patches the attacker's own namespace so that it would leave the
// tenant. Capsule may let the request pass and put back what it changes.
func (a *attempt) leave(ctx context.Context, patch string) error {
	before, after := a.attacker.App(), a.attacker.App()
	if err := errors.Join(
		a.env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(before), before),
		a.patch(ctx, after, a.expand(patch)),
		a.env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(after), after),
	); err != nil {
		return err
	}
	if before.Labels[names.MemberLabel] == after.Labels[names.MemberLabel] && cmp.Equal(before.OwnerReferences, after.OwnerReferences) {
		return errors.New("put back: label and ownerReferences are as before")
	}
	return nil
}

// exceedQuota makes namespaces until Capsule has counted as many as the tenant may
// have, then one more.
func (a *attempt) exceedQuota(ctx context.Context) error {
	for i := 0; ; i++ {
		team := a.attacker.Tenant.DeepCopy()
		if err := a.env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(team), team); err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%d", a.attacker.Name, i)
		err := a.client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
		switch {
		case err == nil && team.IsFull():
			return nil
		case err != nil && !apierrors.IsAlreadyExists(err):
			return err
		}
		time.Sleep(time.Second)
	}
}

func (a *attempt) token(ctx context.Context, account *corev1.ServiceAccount) error {
	return a.client.SubResource("token").Create(ctx, account.DeepCopy(), &authenticationv1.TokenRequest{})
}

// impersonate reads the victim's Secrets in somebody else's name.
func (a *attempt) impersonate(ctx context.Context, server string, ca []byte, user string, groups ...string) error {
	header := http.Header{"Impersonate-User": {user}, "Impersonate-Group": groups}
	_, err := a.get(ctx, server, ca, "/api/v1/namespaces/"+a.victim.Name+"/secrets", header)
	return err
}

// get requests a path with the token of the attacker's reconciler, as it stands: a
// path that is not clean stays so. The error of a response that is not OK is its
// body.
func (a *attempt) get(ctx context.Context, server string, ca []byte, path string, header http.Header) (string, error) {
	account := a.attacker.ServiceAccount
	token, err := a.env.Plane.Token(ctx, account.Namespace, account.Name)
	if err != nil {
		return "", err
	}
	c, err := rest.HTTPClientFor(&rest.Config{BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: ca}})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server, nil)
	if err != nil {
		return "", err
	}
	path, query, _ := strings.Cut(path, "?")
	req.URL.Opaque, req.URL.RawQuery = "//"+req.URL.Host+path, query
	for key, values := range header {
		req.Header[key] = values
	}
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return string(body), err
}

// sees requests a list and wants an object of another tenant in it.
func (a *attempt) sees(ctx context.Context, server string, ca []byte, path string) error {
	body, err := a.get(ctx, server, ca, path, nil)
	if err == nil && !strings.Contains(body, `"name":"`+a.victim.Name) {
		err = errors.New("listed: nothing of another tenant")
	}
	return err
}
