package fleet

// File is where a tree of the default number of groups has a tenant.
func File(tenant string) string { return layout{groups: DefaultGroups}.groupFile(tenant) }
