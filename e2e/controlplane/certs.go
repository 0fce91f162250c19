package controlplane

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"path/filepath"
	"time"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// A CA signs the certificates of one run.
type CA struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// NewCA makes a certificate authority of its own key.
func NewCA(name string) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c, err := cert.NewSelfSignedCACert(cert.Config{CommonName: name}, key)
	if err != nil {
		return nil, err
	}
	return &CA{c, key}, nil
}

// PEM is the CA's certificate.
func (ca *CA) PEM() []byte {
	pem, _ := cert.EncodeCertificates(ca.cert) // fails for no certificate that x509 parsed
	return pem
}

// Issue writes a certificate for the subject, good for clients and for servers
// of the sandbox, as tls.crt and tls.key into a directory that it makes.
func (ca *CA) Issue(dir, commonName string, organizations ...string) (certFile, keyFile string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return "", "", err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: commonName, Organization: organizations},
		DNSNames:     []string{"localhost", "kubernetes", "kubernetes.default", apiServerService, proxyService, AttackerHost, RegistryHost},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.ParseIP(apiServerIP)},
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, ca.cert, key.Public(), ca.key)
	if err != nil {
		return "", "", err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return "", "", err
	}
	certPEM, err := cert.EncodeCertificates(leaf)
	if err != nil {
		return "", "", err
	}
	keyPEM, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return "", "", err
	}
	certFile, keyFile = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	if err := cert.WriteCert(certFile, certPEM); err != nil {
		return "", "", err
	}
	return certFile, keyFile, keyutil.WriteKey(keyFile, keyPEM)
}

// signingKey writes the key that signs ServiceAccount tokens.
func signingKey(dir string) (path string, err error) {
	key, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "serviceaccount.key")
	return path, keyutil.WriteKey(path, key)
}
