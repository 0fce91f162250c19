package kubeconfig

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// certificates parses a bundle that may hold only certificates. TLS clients ignore
// other content, so a bundle with a mistake would trust less than its author thinks,
// and a private key in it would be shown to every reader. No error quotes the bundle.
func certificates(bundle []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	rest := bytes.TrimSpace(bundle)
	for n := 1; len(rest) > 0; n++ {
		if !bytes.HasPrefix(rest, []byte("-----BEGIN ")) {
			return nil, fmt.Errorf("PEM block %d: text outside of a block", n)
		}
		block, after := pem.Decode(rest)
		if block == nil {
			return nil, fmt.Errorf("PEM block %d: damaged or without an end", n)
		}
		// A damaged block is skipped by pem.Decode, which may then return a later one.
		if begin := []byte("-----BEGIN " + block.Type + "-----"); !bytes.HasPrefix(rest, begin) ||
			bytes.Count(rest[:len(rest)-len(after)], []byte("-----BEGIN ")) != 1 {
			return nil, fmt.Errorf("PEM block %d: damaged or without an end", n)
		}
		switch {
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return nil, fmt.Errorf("PEM block %d: a private key, which has no place among CA certificates", n)
		case block.Type != "CERTIFICATE":
			return nil, fmt.Errorf("PEM block %d: not a CERTIFICATE block", n)
		case len(block.Headers) > 0:
			return nil, fmt.Errorf("PEM block %d: has headers, for which TLS clients skip it", n)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("PEM block %d: not an X.509 certificate", n)
		}
		certs = append(certs, cert)
		rest = bytes.TrimSpace(after)
	}
	if len(certs) == 0 {
		return nil, errors.New("must hold at least one PEM certificate")
	}
	return certs, nil
}

// asTrusted parses a bundle as a TLS client does, and returns the trusted
// certificates. Content that the client ignores, and faults, are errors at the path:
// refused if no certificate is left, else dropped.
func asTrusted(path *field.Path, bundle []byte) (trusted []Certificate, refused, dropped field.ErrorList) {
	if len(bundle) == 0 {
		return nil, nil, nil
	}
	certs, err := certificates(bundle)
	if err == nil {
		for _, cert := range certs {
			trusted = append(trusted, describe(cert))
		}
		return trusted, nil, nil
	}
	for rest := bundle; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" || len(block.Headers) > 0 {
			continue
		}
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
			trusted = append(trusted, describe(cert))
		}
	}
	fault := field.ErrorList{field.Invalid(path, field.OmitValueType{}, err.Error())}
	if len(trusted) == 0 {
		return nil, fault, nil
	}
	return trusted, nil, fault
}

func describe(cert *x509.Certificate) Certificate {
	return Certificate{Subject: cert.Subject.String(), NotBefore: cert.NotBefore, Expires: ExpiryAt(cert.NotAfter)}
}
