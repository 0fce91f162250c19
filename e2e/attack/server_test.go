package attack_test

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// A server is the attackers' own. It serves what publishIndex has published, and
// remembers whose tokens it is sent.
type server struct {
	ca     []byte // the authority of its certificate
	mu     sync.Mutex
	tokens map[string][]string // the accounts, by audience and by the beginning of the path
}

// serveElsewhere runs the attackers' server.
func serveElsewhere(t *testing.T, env *harness.Env) *server {
	t.Helper()
	ca, err := controlplane.NewCA("attacker")
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile, err := ca.Issue(filepath.Join(env.Plane.Dir(), "pki", "attacker"), controlplane.AttackerHost)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", controlplane.AttackerHost+":443")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{ca: ca.PEM(), tokens: map[string][]string{}}
	files := http.FileServer(http.Dir(filepath.Join(env.Plane.Dir(), "charts")))
	https := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.remember(r)
		files.ServeHTTP(w, r)
	})}
	go https.ServeTLS(listener, certFile, keyFile)
	t.Cleanup(func() { https.Close() })
	return s
}

// remember notes the account of a request's token by the token's audiences and by the
// first two parts of the path: each attempt asks for one of its own.
func (s *server) remember(r *http.Request) {
	parts := strings.Split(r.Header.Get("Authorization"), ".")
	if len(parts) != 3 {
		return
	}
	var claims struct {
		Sub string
		Aud []string
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(text, &claims) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if path := strings.Split(r.URL.Path, "/"); len(path) > 2 {
		claims.Aud = append(claims.Aud, path[1]+"/"+path[2])
	}
	for _, audience := range claims.Aud {
		s.tokens[audience] = append(s.tokens[audience], claims.Sub)
	}
}

// foreign reports whether the server was sent a token that is not the attacker's,
// and forgets what it was sent.
func (s *server) foreign(a *attempt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	attempt := a.attacker.Name + "/" + a.id
	accounts := s.tokens[attempt]
	delete(s.tokens, attempt)
	for _, name := range accounts {
		if !strings.HasPrefix(name, "system:serviceaccount:"+a.attacker.Name+":") {
			return true
		}
	}
	return false
}
