param location string = resourceGroup().location

resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: 'openline-ai'
  location: location
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    publicNetworkAccess: 'Enabled'
    customSubDomainName: 'openline-ai'
  }
}
