package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The requests that attacks are made of, with the token of the attacker's
// reconciler.

func (a *assault) patch(ctx context.Context, obj client.Object, patch string) error {
	return a.client.Patch(ctx, obj.DeepCopyObject().(client.Object), mergePatch(patch))
}

func mergePatch(patch string) client.Patch {
	return client.RawPatch("application/merge-patch+json", []byte(patch))
}

// desert patches the attacker's own namespace so that it would leave the
// tenant. Capsule may let the request pass and put back what it changes.
func (a *assault) desert(ctx context.Context, patch string) error {
	before, after := a.attacker.app(), a.attacker.app()
	if err := errors.Join(
		cluster.Client.Get(ctx, client.ObjectKeyFromObject(before), before),
		a.patch(ctx, after, a.expand(patch)),
		cluster.Client.Get(ctx, client.ObjectKeyFromObject(after), after),
	); err != nil {
		return err
	}
	if cmp.Equal(before.Labels, after.Labels) && cmp.Equal(before.OwnerReferences, after.OwnerReferences) {
		return errors.New("put back: labels and ownerReferences are as before")
	}
	return nil
}

// exceedQuota makes one namespace more than the tenant may have, giving Capsule
// time to count before the last.
func (a *assault) exceedQuota(ctx context.Context) error {
	make := func(i uint) error {
		return a.client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", a.attacker.name, i)}})
	}
	for i := uint(1); i < namespaceQuota; i++ {
		if err := make(i); err != nil {
			return err
		}
	}
	err := eventually(ctx, patience, func(ctx context.Context) error {
		tenant := a.attacker.Tenant.DeepCopy()
		if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(tenant), tenant); err != nil {
			return err
		}
		if tenant.Status.Size != namespaceQuota {
			return fmt.Errorf("Tenant %s counts %d namespaces", tenant.Name, tenant.Status.Size)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return make(namespaceQuota)
}

func (a *assault) token(ctx context.Context, account *corev1.ServiceAccount) error {
	return a.client.SubResource("token").Create(ctx, account.DeepCopy(), &authenticationv1.TokenRequest{})
}

// impersonate reads the victim's Secrets in somebody else's name.
func (a *assault) impersonate(ctx context.Context, server string, ca []byte, user string, groups ...string) error {
	account := a.attacker.ServiceAccount
	token, err := cluster.Token(ctx, account.Namespace, account.Name)
	if err != nil {
		return err
	}
	c, err := rest.HTTPClientFor(&rest.Config{
		BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: ca},
		Impersonate: rest.ImpersonationConfig{UserName: user, Groups: groups},
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/api/v1/namespaces/"+a.victim.name+"/secrets", nil)
	if err != nil {
		return err
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return err
}
