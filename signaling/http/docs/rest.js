// Swagger UI is asked for what this server serves, and for nothing else: no validator, no remote configuration.
window.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.querySelector('#ui'),
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  queryConfigEnabled: false,
});
