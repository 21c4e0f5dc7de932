param principalId string

resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = { name: 'fernnotes' }

// Cognitive Services OpenAI User: may call the model, nothing else.
resource use 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: ai
  name: guid(ai.id, principalId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd')
  }
}
