extension microsoftGraphV1

param location string = resourceGroup().location
param subnetId string

resource web 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'dovecote-web'
  location: location
}

resource ai 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: 'dovecote'
  location: location
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: 'dovecote'
    disableLocalAuth: true
    networkAcls: {
      defaultAction: 'Deny'
      virtualNetworkRules: [{ id: subnetId }]
    }
  }
}

resource letters 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = {
  parent: ai
  name: 'letters'
  sku: { name: 'DataZoneStandard', capacity: 50 }
  properties: {
    model: { format: 'OpenAI', name: 'gpt-4.1', version: '2025-04-14' }
    raiPolicyName: 'Microsoft.DefaultV2'
  }
}

var openAIUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd') // Cognitive Services OpenAI User

resource mayCall 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: ai
  name: guid(ai.id, web.id, openAIUser)
  properties: { roleDefinitionId: openAIUser, principalId: web.properties.principalId, principalType: 'ServicePrincipal' }
}

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

var userReadWriteAll = '741f803b-c850-494e-b5df-cde7c675a1ca' // User.ReadWrite.All

resource mayKeepAccounts 'Microsoft.Graph/appRoleAssignedTo@v1.0' = {
  appRoleId: userReadWriteAll
  principalId: web.properties.principalId
  resourceId: graph.id
}
