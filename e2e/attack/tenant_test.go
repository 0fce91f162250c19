package attack_test

// tenantAttacks are objects that the tenant writes with its own token.
func tenantAttacks() []attack {
	return nil
}
