// Stream writes a fleet to nowhere, in a program that has nothing but this
// library in it, and prints time and peak memory:
//
//	go run ./stream -n 100000
package main

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"log"
	"os"
	"regexp"
	"time"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func main() {
	n := flag.Int("n", 100_000, "`number` of tenants")
	ca := flag.String("ca", "ca.crt", "`file` with the certificates of Capsule Proxy")
	flag.Parse()
	pem, err := os.ReadFile(*ca)
	if err != nil {
		log.Fatal(err)
	}
	var out counter
	began := time.Now()
	if err := (fleet.Fleet{Tenants: specs(*n, string(pem))}).Write(context.Background(), &out); err != nil {
		log.Fatal(err)
	}
	took := time.Since(began)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		log.Fatal(err)
	}
	peak := regexp.MustCompile(`VmHWM:\s*(.*)`).FindSubmatch(status)
	fmt.Printf("%d tenants, %d MiB, in %v, %v each; peak memory %s\n",
		*n, out>>20, took.Round(time.Millisecond), took/time.Duration(*n), peak[1])
}

type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

func specs(n int, ca string) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for i := range n {
			name := fmt.Sprintf("team-%06d", i)
			if !yield(tenant.Spec{
				Name: name,
				Git:  tenant.Git{URL: "https://github.com/org/" + name + ".git", Branch: "main"},
				Path: "./staging",
				Access: kubeconfig.Access{
					Proxy:     "https://capsule-proxy.capsule-system.svc:9001",
					CA:        ca,
					Audiences: []string{"https://kubernetes.default.svc.cluster.local"},
				},
				Owners: []tenant.Owner{{Kind: "Group", Name: name + "-admins"}},
				Quota:  tenant.Quota{Namespaces: 5},
			}, nil) {
				return
			}
		}
	}
}
