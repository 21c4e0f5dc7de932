package detectors

import "slices"

// Catalogue returns all detectors, in a fixed order: the order decides between
// detectors that are otherwise equal, so what names its provider stands before
// what names a protocol, and that before what names nobody.
func Catalogue() []Detector {
	return slices.Concat(
		aiOpenAI, aiAnthropic, aiGoogle, aiAzureAWS, aiModels, aiModelsChina, aiCompute, aiGateways, aiTracing, aiVector,
		aiSearch, aiMedia, aiAgents,
		aiSessions, aiModelsMore, aiComputeMore, aiCoding, aiClouds,
		aiSpeech, aiImages, aiEvaluation, aiMemory, aiBrowsing, aiWorkflows, aiDirectories, aiSelfHosted, aiModelHosts, aiNearby,
		authSaaS, authSaaSMore, authWorkforce, authCloud, authSocial, authSelfHosted, authSelfHostedMore,
		authIdentitySaaS, authIdentityServers, authEntraOkta, authSignInClients,
		authSocialMore, authVerification, authPasswordHashes, authIdentityProviders,
		authFrameworks, authFrameworkSecrets, authProtocols, authJWT, filesKeys, filesHosts,
		infraAzure, infraCICD, infraCloud, infraData, infraGitLab, infraHosting, infraKeys, infraMessaging,
		infraObservability, infraPayments, infraPlatform, infraRegistry, infraSaaS, infraSlack, infraSource,
		infraApps, infraDataMore, infraMessagingMore, infraNetwork, infraPaymentsMore,
		infraBuilds, infraClouds, infraClusters, infraCommerce, infraFiles, infraMonitoring, infraRealtime, infraSocial, infraStores, infraWallets,
		authGeneric,
		generic,
	)
}

// Probes returns the requests that tell whether a credential is alive. Those of the
// detectors in FILE.go stand in FILE_probes.go.
func Probes() []Probe {
	return slices.Concat(
		aiOpenAIProbes, aiAnthropicProbes, aiGoogleProbes, aiAzureAWSProbes, aiModelsProbes, aiModelsChinaProbes, aiComputeProbes,
		aiGatewaysProbes, aiTracingProbes, aiVectorProbes, aiSearchProbes, aiMediaProbes, aiAgentsProbes,
		authSaaSProbes, authSaaSMoreProbes, authWorkforceProbes, authCloudProbes, authSocialProbes, googleClientProbes, parseServerProbes, authSelfHostedProbes, authSelfHostedMoreProbes,
		authFrameworksProbes, authProtocolsProbes, authJWTProbes, authGenericProbes,
		infraAzureProbes, infraCICDProbes, infraCloudProbes, infraDataProbes, infraGitLabProbes, infraHostingProbes, infraMessagingProbes,
		infraObservabilityProbes, infraPaymentsProbes, infraPlatformProbes, infraRegistryProbes, infraSaaSProbes,
		infraSignedProbes, infraSlackProbes, infraSourceProbes,
	)
}
