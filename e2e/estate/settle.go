package estate

import (
	"context"
	"fmt"
	"strings"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// Settle waits until Flux has tried the latest commit everywhere.
func (e *Estate) Settle(c *harness.Case) {
	c.Helper()
	begin := time.Now()
	c.Eventually(func(ctx context.Context) error { return e.settled(ctx, time.Since(begin)) })
}

// settled is nil when Flux has tried the latest commit everywhere. An object that
// fails before it reads the commit has failed after a while. Each call asks the
// sources to look for a commit.
func (e *Estate) settled(ctx context.Context, waited time.Duration) error {
	const while = 15 * time.Second
	latest, err := gitserver.Head(ctx, e.Env.Git.URL(Repository))
	if err != nil {
		return err
	}
	plane := e.Env.Plane.Client
	var sources sourcev1.GitRepositoryList
	if err := plane.List(ctx, &sources, client.InNamespace("flux-system")); err != nil {
		return err
	}
	var stale []string
	broken := map[string]bool{} // sources without the commit: what they had stays applied
	for _, source := range sources.Items {
		ready, err := e.Env.Readiness(ctx, &source)
		if err != nil {
			return err
		}
		broken[source.Name] = ready != nil && ready.Status == metav1.ConditionFalse && waited > while
		if !broken[source.Name] && (source.Status.Artifact == nil || !strings.Contains(source.Status.Artifact.Revision, latest)) {
			stale = append(stale, "GitRepository "+source.Name)
			if _, err := e.Env.Request(ctx, &source); client.IgnoreNotFound(err) != nil {
				return err
			}
		}
	}
	var appliers kustomizev1.KustomizationList
	if err := plane.List(ctx, &appliers, client.InNamespace("flux-system")); err != nil {
		return err
	}
	for _, applier := range appliers.Items {
		ready, err := e.Env.Readiness(ctx, &applier)
		if err != nil {
			return err
		}
		at, err := e.At(ctx, applier, applier.Status.LastAttemptedRevision, latest)
		if err != nil {
			return err
		}
		tried := at && ready != nil && ready.Status != metav1.ConditionUnknown
		failed := ready != nil && ready.Status == metav1.ConditionFalse && waited > while
		// An artifact that no longer comes from the tree keeps what it had.
		orphaned := applier.Spec.SourceRef.Kind == sourcev1.ExternalArtifactKind && waited > while
		if !tried && !failed && !orphaned && !broken[applier.Spec.SourceRef.Name] {
			stale = append(stale, "Kustomization "+applier.Name)
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("not at %s: %s", latest, strings.Join(stale, ", "))
	}
	return nil
}

// At reports whether a revision of a Kustomization is that of a commit. The revision of
// an artifact is a digest of its files, and the artifact names the commit.
func (e *Estate) At(ctx context.Context, k kustomizev1.Kustomization, revision, commit string) (bool, error) {
	if k.Spec.SourceRef.Kind != sourcev1.ExternalArtifactKind {
		return strings.Contains(revision, commit), nil
	}
	var artifact sourcev1.ExternalArtifact
	err := e.Env.Plane.Client.Get(ctx, client.ObjectKey{Namespace: k.Namespace, Name: k.Spec.SourceRef.Name}, &artifact)
	if err != nil || artifact.Status.Artifact == nil {
		return false, client.IgnoreNotFound(err)
	}
	const origin = "org.opencontainers.image.revision"
	return artifact.Status.Artifact.Revision == revision && strings.Contains(artifact.Status.Artifact.Metadata[origin], commit), nil
}
