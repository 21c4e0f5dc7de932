<?php

return [
    'base_url' => 'https://paddock.okta.com',
    'client_id' => '<<okta-client-id:app>>',
    'client_secret' => '<<okta-client-secret:app>>',
];
