package controlplane

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// The sandbox stands for a cluster's network: each part has an address of its own.
// None of them is a loopback address, since Go never sends a request to one
// through an HTTP proxy, so that what a proxy refuses would not be seen.
const (
	apiServerIP      = "10.0.0.1" // the first of the Service range, as in any cluster
	sourceServiceIP  = "10.0.1.10"
	eventsServiceIP  = "10.0.1.11"
	proxyServiceIP   = "10.0.1.12"
	watcherServiceIP = "10.0.1.13"
	sourcePodIP      = "10.1.0.10"
	kustomizePodIP   = "10.1.0.11"
	helmPodIP        = "10.1.0.12"

	notificationPodIP = "10.1.0.13"
	reflectorPodIP    = "10.1.0.14"
	automationPodIP   = "10.1.0.15"
	watcherPodIP      = "10.1.0.16"

	gitIP            = "10.2.0.10"
	chartsIP         = "10.2.0.11"
	registryIP       = "10.2.0.12"
	hookIP           = "10.2.0.13"
	attackerIP       = "10.2.0.66"
	sourceService    = "source-controller.flux-system.svc.cluster.local"
	eventsService    = "notification-controller.flux-system.svc.cluster.local"
	proxyService     = "capsule-proxy.capsule-system.svc"
	apiServerService = "kubernetes.default.svc"
)

// Hosts by name: a forge in the cluster, which serves repositories, charts and images
// and takes notifications over plain HTTP, and a host of somebody outside who means no good.
const (
	GitHost      = "git.forge.svc"
	ChartsHost   = "charts.forge.svc"
	RegistryHost = "registry.forge.svc"
	HookHost     = "hooks.forge.svc"
	AttackerHost = "attacker.example.net"
)

// names are those of /etc/hosts.
var names = []struct{ ip, names string }{
	{"127.0.0.1", "localhost"},
	{"::1", "localhost"},
	{apiServerIP, apiServerService},
	{sourceServiceIP, sourceService + " source-controller.flux-system.svc source-controller.flux-system source-controller"},
	{eventsServiceIP, eventsService},
	{watcherServiceIP, "source-watcher.flux-system.svc.cluster.local"},
	{proxyServiceIP, proxyService},
	{gitIP, GitHost},
	{chartsIP, ChartsHost},
	{registryIP, RegistryHost},
	{hookIP, HookHost},
	{attackerIP, AttackerHost},
}

// setUpNetwork gives the network namespace its addresses and names.
func setUpNetwork(dir string) error {
	if err := loopbackUp(); err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	var hosts strings.Builder
	for _, n := range names {
		fmt.Fprintln(&hosts, n.ip, n.names)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	return errors.Join(
		replace("/etc/hosts", hostsFile(dir), hosts.String()),
		// A machine with mDNS looks for names that end in .local elsewhere.
		replace("/etc/nsswitch.conf", filepath.Join(dir, "nsswitch.conf"), "hosts: files dns\n"),
	)
}

// replace has the processes of the sandbox see a file of ours in place of one of the
// machine's, if the machine has it.
func replace(path, file, content string) error {
	if _, err := os.Stat(path); err != nil {
		return nil //nolint:nilerr // the machine does not have it
	}
	return errors.Join(os.WriteFile(file, []byte(content), 0o644), unix.Mount(file, path, "", unix.MS_BIND, ""))
}

func hostsFile(dir string) string { return filepath.Join(dir, "hosts") }

// loopbackUp sets the one interface of a new network namespace up, with an address
// that makes all of 10.0.0.0/8 local.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return err
	}
	second, err := unix.NewIfreq("lo:1")
	if err != nil {
		return err
	}
	if err := second.SetInet4Addr(net.ParseIP(apiServerIP).To4()); err != nil {
		return err
	}
	return unix.IoctlIfreq(fd, unix.SIOCSIFADDR, second)
}

// alias has a name of the cluster's DNS mean what another means, as a Service of
// type ExternalName does.
func (cp *ControlPlane) alias(name, of string) error {
	ip := ""
	for _, n := range names {
		if slices.Contains(strings.Fields(n.names), strings.TrimSuffix(of, ".")) {
			ip = n.ip
		}
	}
	if ip == "" {
		return fmt.Errorf("there is no host %s", of)
	}
	f, err := os.OpenFile(hostsFile(cp.dir), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, ip, name)
	return err
}

// forward stands for a Service: what connects to address gets to target.
func forward(address, target string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer in.Close()
				out, err := net.Dial("tcp", target)
				if err != nil {
					return
				}
				defer out.Close()
				go func() { io.Copy(out, in); _ = out.(*net.TCPConn).CloseWrite() }()
				io.Copy(in, out)
			}()
		}
	}()
	return nil
}
