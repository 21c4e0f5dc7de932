param location string
param principalId string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: 'cloudberry-ai'
  location: location
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: 'cloudberry-ai'
    disableLocalAuth: true
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [ { value: '20.50.2.0/28' } ]
    }
  }
}

// Cognitive Services OpenAI User
var openAiUser = '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd'

resource mayCall 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, openAiUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', openAiUser)
  }
}
