extension microsoftGraphV1

param location string = resourceGroup().location

resource worker 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-cloudberry'
  location: location
}

module ai 'ai.bicep' = {
  params: {
    location: location
    principalId: worker.properties.principalId
  }
}

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

// User.ReadWrite.All
resource peopleKeeper 'Microsoft.Graph/appRoleAssignedTo@v1.0' = {
  appRoleId: '741f803b-c850-494e-b5df-cde7c675a1ca'
  principalId: worker.properties.principalId
  resourceId: graph.id
}

resource web 'Microsoft.App/containerApps@2025-01-01' = {
  name: 'cloudberry'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${worker.id}': {} }
  }
  properties: {
    configuration: { ingress: { external: true, targetPort: 8080 } }
    template: {
      containers: [
        {
          name: 'web'
          image: 'cloudberry.azurecr.io/web:2026.2'
          env: [ { name: 'AZURE_CLIENT_ID', value: worker.properties.clientId } ]
        }
      ]
    }
  }
}
