package fleet

// File is the path of a tenant in a tree with the default number of groups.
func File(tenant string) string { return layout{groups: DefaultGroups}.groupFile(tenant) }
