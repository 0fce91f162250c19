package tenancy

// OptOuts are the labels and annotations that exclude an object from the platform's
// Flux.
func OptOuts() []string {
	return []string{
		"kustomize.toolkit.fluxcd.io/reconcile",
		"kustomize.toolkit.fluxcd.io/prune",
		"kustomize.toolkit.fluxcd.io/ssa",
		"kustomize.toolkit.fluxcd.io/force",
	}
}

// metadataRules are rules on labels and annotations of objects of every kind in a
// home namespace.
func metadataRules() []Rule {
	var rules []Rule
	for _, in := range []string{"annotations", "labels"} {
		var must both
		for _, key := range OptOuts() {
			must = append(must, absent("metadata."+in+"{"+key+"}"))
		}
		rules = append(rules, Rule{
			ID: "opt-out-" + in, Class: Metadata, Field: "metadata." + in,
			Lets:    "keeps what the platform takes away, such as a RoleBinding, and stops off-boarding",
			Message: "no kustomize.toolkit.fluxcd.io/{reconcile,prune,ssa,force} in a home namespace, where the platform's Flux must be able to put objects right",
			must:    must,
		})
	}
	return rules
}
