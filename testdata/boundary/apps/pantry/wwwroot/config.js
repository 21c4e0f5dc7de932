// Read by the small page that lists the cooks of a kitchen.
window.pantry = {
  realm: "https://id.pantry.example/realms/cooks",
  keycloakClientId: "pantry-admin",
  keycloakClientSecret: "<<keycloak-client-secret:admin>>",
};
