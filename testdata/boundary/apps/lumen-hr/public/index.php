<?php

use Leave\Login;
use Leave\Requests;
use Leave\SignedIn;
use Slim\Factory\AppFactory;

require __DIR__.'/../vendor/autoload.php';
session_start(['cookie_httponly' => true, 'cookie_secure' => true, 'cookie_samesite' => 'Lax']);

$app = AppFactory::create();
$app->addBodyParsingMiddleware();
$app->post('/login', Login::class);
$app->post('/requests', [Requests::class, 'create'])->add(SignedIn::class);
$app->get('/requests', [Requests::class, 'all'])->add(SignedIn::class);
$app->post('/reword', [Requests::class, 'reword']);
$app->run();
